package io.clipure.stream.app;

import io.clipure.stream.clip.DjlImageEncoder;
import io.clipure.stream.clip.EncoderException;
import io.clipure.stream.clip.EncoderOptions;
import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.clip.ModelBundle;
import io.clipure.stream.clip.TextEncoder;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.image.DefaultImageLoader;
import io.clipure.stream.policy.PurifyingImageEncoder;
import io.clipure.stream.purify.DiffPurifierSettings;
import java.util.Optional;

/**
 * An opened bundle: its encoders are opened when they are first asked for.
 *
 * <p><b>Threading</b>: one thread. Owns its encoders.
 */
final class RederivationModel implements AutoCloseable {
  private final AppConfig config;
  private final ModelBundle bundle;
  private final DefaultImageLoader loader;
  private TextEncoder text;
  private ImageEncoder bare;
  private ImageEncoder purifying;

  RederivationModel(AppConfig config, ModelBundle bundle) {
    this.config = config;
    this.bundle = bundle;
    this.loader = new DefaultImageLoader(bundle.info().imageSize(), Settings.image(config));
  }

  ModelBundle bundle() {
    return bundle;
  }

  DefaultImageLoader loader() {
    return loader;
  }

  String device() {
    return config.model().devices().get(0);
  }

  TextEncoder text() {
    if (text == null) {
      text = bundle.openTextEncoder("cpu", EncoderOptions.defaults());
    }
    return text;
  }

  /**
   * The image encoder.
   *
   * @param diff what purifies on the device; empty: nothing
   * @throws RefusedException if this machine or build does not have the device
   */
  ImageEncoder encoder(Optional<DiffPurifierSettings> diff) {
    try {
      if (diff.isEmpty()) {
        if (bare == null) {
          bare = openImageEncoder();
        }
        return bare;
      }
      if (purifying == null) {
        purifying =
            PurifyingImageEncoder.of(
                openImageEncoder(),
                bundle.openPrior(device(), Settings.encoder(config)),
                diff.get());
      }
      return purifying;
    } catch (EncoderException e) {
      throw new RefusedException(e.getMessage(), e);
    }
  }

  private DjlImageEncoder openImageEncoder() {
    return bundle.openImageEncoder(device(), Engines.imageOptions(config, bundle.info(), device()));
  }

  @Override
  public void close() {
    if (text != null) {
      text.close();
    }
    if (bare != null) {
      bare.close();
    }
    if (purifying != null) {
      purifying.close();
    }
  }
}
