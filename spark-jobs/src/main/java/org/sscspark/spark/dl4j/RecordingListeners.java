package org.sscspark.spark.dl4j;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.core.util.UIDProvider;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.impl.listeners.VanillaStatsStorageRouter;
import org.sscspark.spark.averaging.JavaBytes;

/**
 * Listeners that route records of what they see, such as DL4J's StatsListener. A copy of each runs
 * beside every worker's network; what the copies record comes back with the worker's contribution
 * and goes, on the driver and in worker order, to the router.
 */
final class RecordingListeners {
  private final List<RoutingIterationListener> listeners;
  private final StatsStorageRouter router;

  /**
   * The recording ones among listeners.
   *
   * @param router where all records go, or null if each listener's own router receives its records
   */
  RecordingListeners(Collection<TrainingListener> listeners, StatsStorageRouter router) {
    this.router = router;
    this.listeners =
        listeners.stream()
            .filter(RoutingIterationListener.class::isInstance)
            .map(RoutingIterationListener.class::cast)
            .toList();
  }

  /** Copies without routers, which need not be serialisable, as bytes; none for no listeners. */
  byte[] copies() {
    if (listeners.isEmpty()) {
      return new byte[0];
    }
    ArrayList<RoutingIterationListener> copies = new ArrayList<>();
    for (RoutingIterationListener listener : listeners) {
      RoutingIterationListener copy = listener.clone();
      copy.setStorageRouter(null);
      // DL4J's listeners begin a session with each copy.
      copy.setSessionID(listener.getSessionID());
      copies.add(copy);
    }
    return JavaBytes.of(copies);
  }

  /** Routes what one worker's copies recorded, in the listeners' order. */
  void deliver(List<ListenerRecords> records) {
    for (int i = 0; i < records.size(); i++) {
      StatsStorageRouter receiver = router != null ? router : listeners.get(i).getStorageRouter();
      if (receiver != null) {
        records.get(i).putInto(receiver);
      }
    }
  }

  /** Copies that listen to a worker's network. */
  static final class Attached {
    private final List<VanillaStatsStorageRouter> routers = new ArrayList<>();

    /** What each copy recorded so far. */
    List<ListenerRecords> records() {
      List<ListenerRecords> records = new ArrayList<>();
      routers.forEach(router -> records.add(ListenerRecords.of(router)));
      return records;
    }

    /** Ends listening. */
    void detach(AveragedNetwork network) {
      if (!routers.isEmpty()) {
        network.setListeners(List.of());
      }
    }
  }

  /** Lets copies listen to a worker's network. */
  static Attached attach(byte[] copies, AveragedNetwork network, int worker) {
    Attached attached = new Attached();
    if (copies.length == 0) {
      return attached;
    }
    List<TrainingListener> listening = new ArrayList<>();
    for (Object copy : JavaBytes.read(copies, ArrayList.class)) {
      RoutingIterationListener listener = (RoutingIterationListener) copy;
      VanillaStatsStorageRouter router = new VanillaStatsStorageRouter();
      listener.setStorageRouter(router);
      listener.setWorkerID(UIDProvider.getJVMUID() + "_" + worker);
      attached.routers.add(router);
      listening.add(listener);
    }
    network.setListeners(listening);
    return attached;
  }
}
