package io.clipure.stream.clip;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import java.util.Set;

/**
 * The one door to DJL: whoever passes it has DJL offline, without telemetry and without a second
 * engine.
 *
 * <p>DJL reads these switches from system properties, some of them in static initialisers, so they
 * are set before any DJL class is touched. Out of the box DJL asks the cloud's metadata address for
 * an instance id and reports it, and looks for PyTorch to complete ONNX Runtime; neither is wanted
 * in a service that may reach its brokers and nothing else. A value given on the command line
 * ({@code -D}) wins.
 */
final class DjlEngine {
  private static final String NAME = "OnnxRuntime";

  private DjlEngine() {}

  /** Sets DJL's switches; harmless when repeated. Call before the first use of any DJL class. */
  static void prepare() {
    setUnlessGiven("ai.djl.offline", "true");
    setUnlessGiven("OPT_OUT_TRACKING", "true");
    setUnlessGiven("ai.djl.onnx.disable_alternative", "true");
    setUnlessGiven("ai.djl.default_engine", NAME);
  }

  /**
   * A new, empty model on exactly this device.
   *
   * @throws EncoderException if the device needs CUDA and this build has none
   */
  static Model newModel(String name, ComputeDevice device) {
    Engine engine = Loaded.ENGINE;
    if (device.isGpu()) {
      Set<OrtProvider> providers = OrtEnvironment.getAvailableProviders();
      if (!providers.contains(OrtProvider.CUDA)) {
        throw new EncoderException(
            "device "
                + device
                + ": this build of ONNX Runtime has no CUDA provider, only "
                + providers
                + "; build with -Pgpu or use device cpu",
            null);
      }
    }
    return engine.newModel(name, device.isGpu() ? Device.gpu(device.gpu()) : Device.cpu());
  }

  /** ONNX Runtime's version, for provenance. */
  static String version() {
    return "onnxruntime " + OrtEnvironment.getEnvironment().getVersion();
  }

  private static void setUnlessGiven(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }

  /** Loaded on first use: the engine starts native code. */
  private static final class Loaded {
    static final Engine ENGINE = load();

    private static Engine load() {
      prepare();
      Engine engine = Engine.getEngine(NAME);
      try {
        // The environment is one a process and exists by now: DJL's engine makes it.
        OrtEnvironment.getEnvironment().setTelemetry(false);
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime refused to switch its telemetry off", e);
      }
      return engine;
    }
  }
}
