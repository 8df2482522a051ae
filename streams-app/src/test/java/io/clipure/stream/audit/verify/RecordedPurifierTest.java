package io.clipure.stream.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.purify.DiffPurifierSettings;
import io.clipure.stream.purify.Purifier;
import io.clipure.stream.purify.PurifierPreset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedPurifierTest {
  @ParameterizedTest
  @EnumSource(PurifierPreset.class)
  void the_name_of_a_preset_gives_it_back(PurifierPreset preset) {
    Purifier purifier = preset.purifier();
    Purifier again = RecordedPurifier.of(purifier.id()).orElseThrow();
    assertThat(again.id()).isEqualTo(purifier.id());
    assertThat(again.purify(0.25)).isEqualTo(purifier.purify(0.25));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "cos",
        "cos(steps=1,step-size=x,gradient-norm=none)",
        "cos(steps=99999,step-size=1.0,gradient-norm=none)",
        "cos(steps=1,step-size=1,gradient-norm=none)",
        "cos(steps=1,step-size=1.0,gradient-norm=batch)"
      })
  void what_no_purifier_is_called_gives_none(String id) {
    assertThat(RecordedPurifier.of(id)).isEmpty();
  }

  @Test
  void a_purifier_of_the_device_cannot_be_made_from_its_name() {
    assertThat(RecordedPurifier.of(DiffPurifierSettings.GENTLE.id())).isEmpty();
  }
}
