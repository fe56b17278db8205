package org.sscspark.spark.dl4j;

import java.io.Serializable;
import java.util.List;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.deeplearning4j.spark.impl.listeners.VanillaStatsStorageRouter;

/** What one listener recorded beside one worker in one round. */
record ListenerRecords(
    List<StorageMetaData> metaData, List<Persistable> staticInfo, List<Persistable> updates)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static ListenerRecords of(VanillaStatsStorageRouter router) {
    return new ListenerRecords(
        router.getStorageMetaData(), router.getStaticInfo(), router.getUpdates());
  }

  /** Hands everything to a router. */
  void putInto(StatsStorageRouter router) {
    if (!metaData.isEmpty()) {
      router.putStorageMetaData(metaData);
    }
    if (!staticInfo.isEmpty()) {
      router.putStaticInfo(staticInfo);
    }
    if (!updates.isEmpty()) {
      router.putUpdate(updates);
    }
  }
}
