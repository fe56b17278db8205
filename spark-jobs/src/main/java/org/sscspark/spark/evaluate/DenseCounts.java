package org.sscspark.spark.evaluate;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.util.Optional;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Settings;
import org.sscspark.network.ModelSettings;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.NetworkSummary;
import org.sscspark.report.Figures;

/**
 * The network with all its weights, over which densities are: that of the run's settings, for a
 * method may have made layers narrower. A checkpoint outside of its run's folder says nothing of
 * it, and its own layers have to do.
 *
 * @param prunable weights that a method may drop
 * @param macs multiply-adds of one image
 * @param known whether it is that of the run's settings
 */
public record DenseCounts(long prunable, long macs, boolean known) {
  /** Those of a checkpoint's network. */
  static DenseCounts of(FoundCheckpoint found, NetworkSpec network) throws IOException {
    NetworkSummary own = NetworkSummary.of(network);
    return dense(found.run(), network)
        .map(NetworkSummary::of)
        .map(dense -> new DenseCounts(dense.prunable(), dense.denseMacs(), /* known= */ true))
        .orElseGet(() -> new DenseCounts(own.prunable(), own.denseMacs(), /* known= */ false));
  }

  /** Settings of another version may name no model that there is; then nothing is known. */
  private static Optional<NetworkSpec> dense(Optional<RunDirectory> run, NetworkSpec network)
      throws IOException {
    if (run.isEmpty()) {
      return Optional.empty();
    }
    try {
      ModelSettings model =
          Settings.bind(
              ConfigFactory.parseString(run.get().record().configuration()).getConfig("model"),
              ModelSettings.class);
      return Optional.of(ModelZoo.network(model, network.input(), network.classes()));
    } catch (BadInputException | ConfigException e) {
      return Optional.empty();
    }
  }

  /** So many weights over the dense network's. */
  double density(long kept) {
    return (double) kept / prunable;
  }

  /** The same for people. */
  String densityInWords(long kept) {
    return Figures.percent(density(kept)) + (known ? "" : " of its own");
  }

  /** What densities are over, for programs. */
  String over() {
    return known ? "dense network" : "own weights";
  }

  /** What to say where layers are not those of the dense network; empty where they are. */
  Optional<String> layersDiffer(NetworkSummary network) {
    return network.prunable() == prunable
        ? Optional.empty()
        : Optional.of(
            "Its layers are not those of the dense network: their densities are of their own"
                + " weights.");
  }
}
