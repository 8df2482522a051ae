package io.clipure.stream.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.clip.EncoderException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutOfMemoryTest {
  /** As ONNX Runtime 1.29 and CUDA 12 word it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bfc_arena.cc:376 AllocateRawInternal Failed to allocate memory for requested buffer of"
            + " size 1073741824",
        "BFCArena::AllocateRawInternal(size_t, bool, Stream*) Available memory of 0 is smaller than"
            + " requested bytes of 256",
        "CUDA failure 2: out of memory ; GPU=0 ; hostname=x ; expr=cudaMalloc(&p, size);",
        "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0"
      })
  void the_engines_words_for_want_of_memory_are_known(String message) {
    assertThat(OutOfMemory.is(new EncoderException("failed", new RuntimeException(message))))
        .isTrue();
  }

  @Test
  void direct_buffers_are_meant_and_heap_space_is_not() {
    assertThat(
            OutOfMemory.is(
                new OutOfMemoryError("Cannot reserve 4096 bytes of direct buffer memory")))
        .isTrue();
    assertThat(OutOfMemory.is(new OutOfMemoryError("Java heap space"))).isFalse();
    assertThat(OutOfMemory.is(new EncoderException("CUDA failure 700", null))).isFalse();
    assertThat(OutOfMemory.is(new EncoderException(null, null))).isFalse();
  }
}
