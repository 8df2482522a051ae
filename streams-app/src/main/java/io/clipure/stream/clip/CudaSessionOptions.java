package io.clipure.stream.clip;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;

/**
 * Session options whose CUDA provider computes the same thing every time. DJL adds the provider
 * itself, for a device alone and so with ONNX Runtime's defaults; this takes its call and adds the
 * provider with options.
 *
 * <p>What differs from the defaults: float32 products are float32, not TensorFloat-32 unless asked
 * (10 bits of mantissa, on Ampere and later; thresholds were calibrated on float32), and cuDNN's
 * convolutions are chosen by its heuristic, not by timing all of them, which may choose another at
 * each start. See ONNX Runtime, CUDA execution provider, {@code use_tf32} and {@code
 * cudnn_conv_algo_search}.
 */
final class CudaSessionOptions extends SessionOptions {
  private final boolean tf32;

  CudaSessionOptions(boolean tf32) {
    this.tf32 = tf32;
  }

  @Override
  public void addCUDA(int device) throws OrtException {
    try (OrtCUDAProviderOptions options = new OrtCUDAProviderOptions(device)) {
      options.add("use_tf32", tf32 ? "1" : "0");
      options.add("cudnn_conv_algo_search", "HEURISTIC");
      addCUDA(options);
    }
  }
}
