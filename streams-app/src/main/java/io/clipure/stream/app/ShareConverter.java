package io.clipure.stream.app;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A share between 0 and 1, also written as a percentage: 1% or 0.01. */
final class ShareConverter implements ITypeConverter<Double> {
  @Override
  public Double convert(String text) {
    String number = text.strip();
    boolean percent = number.endsWith("%");
    try {
      double value =
          Double.parseDouble(percent ? number.substring(0, number.length() - 1) : number);
      double share = percent ? value / 100 : value;
      if (share > 0 && share < 1) {
        return share;
      }
    } catch (NumberFormatException e) {
      // Answered below: the same advice helps.
    }
    throw new TypeConversionException("'" + text + "' is no share; expected e.g. 1% or 0.01");
  }
}
