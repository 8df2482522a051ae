package io.clipure.stream.audit.verify;

import io.clipure.schemas.ImageFacts;
import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.policy.Verdict;
import java.util.List;

/** A verdict that was derived now. */
public sealed interface Derived {
  /** The verdict. */
  Verdict verdict();

  /**
   * From the image, the whole way.
   *
   * @param facts facts of the image file
   * @param transforms what was done to the image for each view
   * @param embeddings of image and views
   */
  record FromImage(
      Verdict verdict, ImageFacts facts, List<String> transforms, ImageEmbeddings embeddings)
      implements Derived {}

  /** From the embeddings that the record carries: image, views and encoder are believed. */
  record FromEmbeddings(Verdict verdict) implements Derived {}
}
