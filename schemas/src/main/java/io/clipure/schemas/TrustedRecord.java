package io.clipure.schemas;

import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Superclass of the generated records. Since 1.12.2 Avro loads no class by the name in a schema
 * unless it is trusted; this trusts the records of this package, and only them, before the first
 * one is used, so that no caller needs a system property.
 */
public abstract class TrustedRecord extends SpecificRecordBase {
  private static final long serialVersionUID = 1L;

  static {
    ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            before, type -> type.getPackage() == TrustedRecord.class.getPackage()));
  }
}
