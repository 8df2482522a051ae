package io.clipure.stream.image;

/**
 * What was found in an image file.
 *
 * @param sha256 SHA-256 of the encoded bytes, hex
 * @param format format by magic bytes
 * @param width stored width in pixels, before orientation
 * @param height stored height in pixels, before orientation
 * @param bytes length of the encoded bytes
 * @param orientation EXIF orientation applied, 1 to 8
 */
public record ImageFacts(
    String sha256, ImageFormat format, int width, int height, long bytes, int orientation) {}
