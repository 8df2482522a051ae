package io.clipure.stream.clip;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * CLIP's byte-pair encoding from a Hugging Face {@code tokenizer.json}, with open_clip's cleaning
 * before it ({@link TextCleaner}).
 *
 * <p>A text becomes start token, tokens, end token, padding; a text that is too long is cut so that
 * the end token stays last, as open_clip does.
 *
 * <p><b>Threading</b>: {@link #encode} may be called by several threads at once; the native
 * tokenizer is not changed after it was made.
 */
public final class ClipTokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;
  private final int contextLength;
  private final long padId;

  private ClipTokenizer(HuggingFaceTokenizer tokenizer, int contextLength, long padId) {
    this.tokenizer = tokenizer;
    this.contextLength = contextLength;
    this.padId = padId;
  }

  /**
   * Loads a tokenizer; its native library comes out of the jar, nothing is downloaded.
   *
   * @param place the bundle, for messages
   * @param file a {@code tokenizer.json}
   * @param contextLength tokens of an encoded text
   * @param padId id after the end token
   * @throws BundleException if the file is not a tokenizer
   * @throws EncoderException if the native library cannot be loaded
   */
  static ClipTokenizer open(String place, Path file, int contextLength, long padId) {
    DjlEngine.prepare();
    try {
      // Padding is ours: DJL takes neither the id nor the token from the file.
      return new ClipTokenizer(
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(file)
              .optMaxLength(contextLength)
              .optTruncation(true)
              .optPadding(false)
              .build(),
          contextLength,
          padId);
    } catch (EngineException | LinkageError e) {
      throw new EncoderException(
          "the tokenizer's native library cannot be loaded on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + " ("
              + OneLine.of(e)
              + "); it needs glibc on Linux, and a home directory or DJL_CACHE_DIR that may be"
              + " written and executed",
          e);
    } catch (IOException | RuntimeException e) {
      throw new BundleException(
          "bundle "
              + place
              + ": "
              + file.getFileName()
              + " is not a tokenizer ("
              + OneLine.of(e)
              + "); export the bundle again",
          e);
    }
  }

  /** Tokens of an encoded text. */
  public int contextLength() {
    return contextLength;
  }

  /**
   * Encodes one text.
   *
   * @return {@code [contextLength]} token ids
   */
  public long[] encode(String text) {
    long[] ids = tokenizer.encode(TextCleaner.clean(text)).getIds();
    int used = ids.length;
    long[] padded = Arrays.copyOf(ids, contextLength);
    if (used < contextLength) {
      Arrays.fill(padded, used, contextLength, padId);
    }
    return padded;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
