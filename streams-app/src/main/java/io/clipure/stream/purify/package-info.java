/** CLIPure as pure functions on embeddings. No input or output, no threads, no model. */
package io.clipure.stream.purify;
