/** Keyed views of an image: pure functions on pixels, with their adjoints. No model, no policy. */
package io.clipure.stream.views;
