package io.clipure.schemas;

import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Superclass of the generated records. Since 1.12.2 Avro loads no class by the name in a schema
 * unless it is trusted; this trusts the records of this package, and only them, so that no caller
 * needs a system property. A process that only reads meets a record's name before any record, so
 * whoever makes a deserializer calls {@link #trust} first.
 */
public abstract class TrustedRecord extends SpecificRecordBase {
  private static final long serialVersionUID = 1L;

  static {
    ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            before, type -> type.getPackage() == TrustedRecord.class.getPackage()));
  }

  /** Has the records of this package trusted from here on. Idempotent. */
  static void trust() {
    // Running this class's static initializer, once, is all there is to do.
  }
}
