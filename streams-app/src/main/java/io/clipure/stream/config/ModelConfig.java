package io.clipure.stream.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The model bundle and the devices it runs on.
 *
 * @param bundle directory; empty: the demo's bundle that ships with the application
 * @param devices {@code cpu} or {@code gpu:N}, at least one
 * @param workersPerDevice encoders a device
 * @param intraOpThreads threads inside one operator; 0: the engine's default
 * @param interOpThreads operators in parallel; 0: the engine's default
 * @param warmUp whether to run a batch before the first image
 * @param fixedBatch whether GPUs always get a batch of the same shape
 * @param tf32 whether GPUs may multiply float32 as TensorFloat-32
 */
public record ModelConfig(
    Optional<Path> bundle,
    List<String> devices,
    int workersPerDevice,
    int intraOpThreads,
    int interOpThreads,
    boolean warmUp,
    boolean fixedBatch,
    boolean tf32) {

  static final Setting<Path> BUNDLE =
      Setting.optional(
          "model.bundle",
          ValueType.path(),
          "the demo bundle",
          "Directory of the model bundle; its digests are verified at start.");
  static final Setting<List<String>> DEVICES =
      Setting.of(
          "model.devices",
          ValueType.listOf(
              ValueType.text("a device", "cpu or gpu:N", "cpu|gpu:\\d{1,3}"),
              "a list of devices",
              "cpu or gpu:N, separated by commas, each once"),
          List.of("cpu"),
          "Devices that encode images, e.g. gpu:0,gpu:1; a device that is missing stops the"
              + " start.");
  static final Setting<Integer> WORKERS_PER_DEVICE =
      Setting.of(
          "model.workers-per-device", ValueType.integer(1, 64), 1, "Encoders on each device.");
  static final Setting<Integer> INTRA_OP_THREADS =
      Setting.of(
          "model.intra-op-threads",
          ValueType.integer(0, 1024),
          0,
          "Threads inside one operator of an encoder; 0 means the engine's default.");
  static final Setting<Integer> INTER_OP_THREADS =
      Setting.of(
          "model.inter-op-threads",
          ValueType.integer(0, 1024),
          1,
          "Operators of an encoder that run in parallel; 0 means the engine's default.");
  static final Setting<Boolean> WARM_UP =
      Setting.of(
          "model.warm-up",
          ValueType.bool(),
          true,
          "Encode one full batch before the first image, so that it does not pay for set-up.");
  static final Setting<Boolean> FIXED_BATCH =
      Setting.of(
          "model.fixed-batch",
          ValueType.bool(),
          true,
          "GPUs: fill every batch up to its largest size, so that an image has the same scores to"
              + " the last bit whatever batch it came in; false: a lone image is quicker, and scores"
              + " move by about 1e-7 with the batch.");
  static final Setting<Boolean> TF32 =
      Setting.of(
          "model.tf32",
          ValueType.bool(),
          false,
          "GPUs: multiply float32 as TensorFloat-32, about twice as fast; embeddings move by about"
              + " 2e-4. No effect on fp16 bundles.");

  /**
   * Checks bounds.
   *
   * @throws IllegalArgumentException one line that names the key
   */
  public ModelConfig {
    DEVICES.check(devices);
    WORKERS_PER_DEVICE.check(workersPerDevice);
    INTRA_OP_THREADS.check(intraOpThreads);
    INTER_OP_THREADS.check(interOpThreads);
    devices = List.copyOf(devices);
    if (devices.isEmpty() || devices.stream().distinct().count() != devices.size()) {
      throw new IllegalArgumentException(
          "%s: \"%s\" is not allowed; expected %s"
              .formatted(DEVICES.key(), String.join(",", devices), DEVICES.type().expected()));
    }
  }

  /**
   * For a model beside the live one: a single encoder on the first device, and where that is the
   * processor, a single thread.
   */
  ModelConfig besideLive() {
    String device = devices.get(0);
    return new ModelConfig(
        bundle,
        List.of(device),
        1,
        device.equals("cpu") ? 1 : intraOpThreads,
        interOpThreads,
        warmUp,
        fixedBatch,
        tf32);
  }

  static List<Setting<?>> settings() {
    return List.of(
        BUNDLE,
        DEVICES,
        WORKERS_PER_DEVICE,
        INTRA_OP_THREADS,
        INTER_OP_THREADS,
        WARM_UP,
        FIXED_BATCH,
        TF32);
  }

  static ModelConfig from(Values values) {
    return new ModelConfig(
        values.find(BUNDLE),
        values.get(DEVICES),
        values.get(WORKERS_PER_DEVICE),
        values.get(INTRA_OP_THREADS),
        values.get(INTER_OP_THREADS),
        values.get(WARM_UP),
        values.get(FIXED_BATCH),
        values.get(TF32));
  }
}
