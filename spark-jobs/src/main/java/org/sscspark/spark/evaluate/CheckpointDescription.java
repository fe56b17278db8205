package org.sscspark.spark.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.sscspark.checkpoint.Checkpoint;
import org.sscspark.network.NetworkSummary;
import org.sscspark.report.Figures;
import org.sscspark.report.NetworkBlocks;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.storage.FileDigest;
import org.sscspark.training.TrainingProgress;

/** What there is to say about a checkpoint, whose files were compared with their checksums. */
public record CheckpointDescription(
    Checkpoint checkpoint, TrainingProgress progress, NetworkSummary network, DenseCounts dense) {

  /** Describes a checkpoint. */
  public static CheckpointDescription of(FoundCheckpoint found) throws IOException {
    SavedModel model = found.model();
    return new CheckpointDescription(
        found.checkpoint(),
        model.state().progress(),
        NetworkSummary.of(model.network()),
        DenseCounts.of(found, model.network()));
  }

  /** The description as JSON. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("kind", "checkpoint");
    json.put("location", checkpoint.folder().toString());
    json.put("model", network.network());
    json.put("epochs", progress.epoch());
    json.put("rounds", progress.globalRound());
    json.put("iterations", progress.iteration());
    checkpoint.score().ifPresent(score -> json.put("score", score));
    json.put("parameters", network.parameters());
    json.put("prunable", dense.prunable());
    json.put("kept", network.kept());
    json.put("density", dense.density(network.kept()));
    json.put("densityOver", dense.over());
    json.put("macs", network.keptMacs());
    ArrayNode files = json.putArray("files");
    for (FileDigest file : checkpoint.manifest().files()) {
      files
          .addObject()
          .put("name", file.name())
          .put("lengthBytes", file.lengthBytes())
          .put("sha256", file.sha256());
    }
    return json;
  }

  /** The description as text. */
  public String text() {
    List<List<String>> facts = new ArrayList<>();
    facts.add(List.of("epochs", Figures.count(progress.epoch())));
    facts.add(List.of("rounds", Figures.count(progress.globalRound())));
    facts.add(List.of("iterations", Figures.count(progress.iteration())));
    facts.add(List.of("score", checkpoint.score().map(Figures::percent).orElse("not evaluated")));
    facts.add(List.of("density", dense.densityInWords(network.kept())));
    dense.layersDiffer(network).ifPresent(words -> facts.add(List.of("layers", words)));
    facts.add(List.of("checksums", "verified"));
    Table overview =
        new Table(
            List.of(Column.text("checkpoint"), Column.text(checkpoint.folder().toString())), facts);
    Table files =
        new Table(
            List.of(Column.text("file"), Column.number("bytes"), Column.text("SHA-256")),
            checkpoint.manifest().files().stream()
                .map(
                    file ->
                        List.of(
                            file.name(),
                            Figures.count(file.lengthBytes()),
                            file.sha256().substring(0, 16)))
                .toList());
    return overview.text() + "\n" + files.text() + "\n" + NetworkBlocks.text(network);
  }
}
