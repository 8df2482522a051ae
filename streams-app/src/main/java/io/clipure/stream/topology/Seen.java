package io.clipure.stream.topology;

/**
 * What the encoder saw of an image.
 *
 * @param side of the square, in pixels
 * @param rgb {@code [side, side, 3]} uint8, row-major; not to be modified
 */
public record Seen(int side, byte[] rgb) {}
