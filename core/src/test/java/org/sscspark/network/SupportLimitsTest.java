package org.sscspark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.BitSet;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.sscspark.config.BadInputException;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

/** A description of a few kilobytes must not become gigabytes. */
class SupportLimitsTest {
  private static final FeatureShape IMAGE = new FeatureShape(3, 32, 32);

  @Test
  void aBitmapIsInflatedNoFurtherThanItsWeights() throws IOException {
    NetworkSpec dense = ModelZoo.named("vgg11", IMAGE, 10, 0.5);
    Op.Weighted layer = dense.weighted().get(1);
    WeightShape shape = layer.support().shape();
    BitSet kept = new BitSet();
    kept.set(7);
    String json =
        NetworkJson.write(
            dense.withSupports(Map.of(layer.name(), new Support.Explicit(shape, kept))));
    String bitmap = json.replaceFirst("(?s).*\"bitmap\":\"([^\"]*)\".*", "$1");
    NetworkSpec read = NetworkJson.read(json.replace(bitmap, deflated(shape.size() / 8)));
    assertThat(read.weighted().get(1).support())
        .isEqualTo(new Support.Explicit(shape, new BitSet()));

    assertThatThrownBy(() -> NetworkJson.read(json.replace(bitmap, deflated(1 << 26))))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("bitmap of more than the ");
    assertThatThrownBy(() -> NetworkJson.read(json.replace(bitmap, "####")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("damaged bitmap");
  }

  private static String deflated(int zeros) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
      byte[] piece = new byte[1 << 16];
      for (int left = zeros; left > 0; left -= piece.length) {
        out.write(piece, 0, Math.min(left, piece.length));
      }
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  @Test
  void aRunOfSlotsIsNoLongerThanItsWeights() {
    String json =
        NetworkJson.write(
            SscDesign.apply(
                ModelZoo.named("resnet20", IMAGE, 10, 1),
                0.1,
                SscSettings.of(DensityProfile.UNIFORM)));

    assertThatThrownBy(
            () -> NetworkJson.read(json.replaceFirst("\"slots\":\"", "\"slots\":\"1999999999O")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("of more kernels than weights of shape");
  }
}
