package org.sscspark.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.NetworkSummary;
import org.sscspark.network.SscDesign;
import org.sscspark.network.SscSettings;
import org.sscspark.pattern.DensityProfile;

class NetworkBlocksTest {
  @Test
  void printsAnAlignedTable() {
    NetworkSpec sparse =
        SscDesign.apply(
            ModelZoo.named("convnet", new FeatureShape(1, 28, 28), 10, 1),
            0.2,
            SscSettings.of(DensityProfile.UNIFORM));

    assertThat(NetworkBlocks.text(NetworkSummary.of(sparse)))
        .isEqualTo(
            """
            layer        type             output    pattern                        kept  weights   density     MACs  mixed after
            -----------  ---------------  --------  ----------------------------  -----  -------  --------  -------  -----------
            stem.conv    conv 3x3         16x28x28  dense                           144      144  100.00 %  112,896            1
            layer1.conv  conv 3x3/2       32x14x14  SSC(g=4,n=4,s=1,phase=0,b=4)    832    4,608   18.06 %  163,072            2
            layer2.conv  conv 3x3/2       32x7x7    SSC(g=4,n=3,s=1,phase=1,b=4)  1,536    9,216   16.67 %   75,264            2
            classifier   fully connected  10x1x1    dense                           320      320  100.00 %      320            1
            -----------  ---------------  --------  ----------------------------  -----  -------  --------  -------  -----------
            total                                                                 2,832   14,288   19.82 %  351,552            2
            convnet, input 1x28x28: 3,002 parameters; 351,552 of 1,467,968 dense MACs (23.95 %); effective density 19.82 %; 0 dead filters, 0 unread channels; 100.00 % of the trunk's channels mixed; 10^6.6 paths
            """);
  }
}
