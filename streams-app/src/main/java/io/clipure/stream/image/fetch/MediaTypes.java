package io.clipure.stream.image.fetch;

import io.clipure.stream.image.RejectionReason;
import java.util.List;
import java.util.Locale;

/** Which declared content is read. What it really is, the decoder finds out. Immutable. */
final class MediaTypes {
  private final List<String> allowed;

  MediaTypes(List<String> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  /**
   * Checks what a server declares.
   *
   * @param type the Content-Type, or null
   * @param encoding the Content-Encoding, or null
   * @throws FetchException UNSUPPORTED_MEDIA_TYPE
   */
  void check(String where, String type, String encoding) throws FetchException {
    if (encoding != null && !encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity")) {
      // Nothing is unpacked here, so nothing can be packed to explode.
      throw refused(
          "%s answers with content encoding %s, which was not asked for; store images as they are"
              .formatted(where, printable(encoding)));
    }
    if (type == null || type.isBlank()) {
      return;
    }
    String essence = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    for (String one : allowed) {
      if (one.equals("*/*")
          || one.equals(essence)
          || one.endsWith("/*") && essence.startsWith(one.substring(0, one.length() - 1))) {
        return;
      }
    }
    throw refused(
        "%s answers with media type %s, expected one of fetch.media-types; correct the reference or"
                .formatted(where, printable(essence))
            + " allow the type");
  }

  private static FetchException refused(String message) {
    return FetchException.refused(RejectionReason.UNSUPPORTED_MEDIA_TYPE, message);
  }

  private static String printable(String text) {
    String ascii = text.strip().replaceAll("[^!-~]", "?");
    return ascii.length() <= 64 ? ascii : ascii.substring(0, 64) + "...";
  }
}
