package org.sscspark.spark.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.SecurityManager;
import org.apache.spark.SecurityManager$;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.deploy.DeployMessages;
import org.apache.spark.deploy.DriverDescription;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.RpcTimeout;
import org.sscspark.config.BadInputException;
import scala.Option;
import scala.concurrent.duration.FiniteDuration;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * The master of a standalone cluster, or several of which one leads. Spark itself waits a minute
 * for one that is not there, and tells nobody whether a driver that it took has failed.
 */
final class StandaloneMaster implements AutoCloseable {
  private static final String SCHEME = "spark://";
  private static final int CONNECT_MILLIS = 5_000;
  private static final int ANSWER_SECONDS = 10;

  private final String url;
  private final RpcEnv environment;
  private final List<RpcEndpointRef> masters;

  private StandaloneMaster(String url, RpcEnv environment, List<RpcEndpointRef> masters) {
    this.url = url;
    this.environment = environment;
    this.masters = masters;
  }

  /** Whether Spark takes this for the address of such a master. */
  static boolean isAddress(String url) {
    return url.startsWith(SCHEME);
  }

  /**
   * Finds the masters that answer.
   *
   * @param url as in {@code spark://host:7077} or {@code spark://a:7077,b:7077}
   * @throws BadInputException if none does
   */
  static StandaloneMaster at(String url, SparkConf conf) {
    List<RpcAddress> listening = listening(url);
    SparkConf patient = conf.clone();
    patient.setIfMissing("spark.rpc.lookupTimeout", ANSWER_SECONDS + "s");
    patient.setIfMissing("spark.rpc.askTimeout", ANSWER_SECONDS + "s");
    SecurityManager security =
        new SecurityManager(
            patient, Option.empty(), SecurityManager$.MODULE$.$lessinit$greater$default$3());
    RpcEnv environment =
        RpcEnv.create("ssc", "localhost", "localhost", 0, patient, security, 0, true);
    List<RpcEndpointRef> masters = new ArrayList<>();
    Exception silence = null;
    for (RpcAddress address : listening) {
      try {
        masters.add(environment.setupEndpointRef(address, "Master"));
      } catch (Exception e) {
        // Scala declares no exceptions; a TimeoutException is one that Java would check.
        silence = e;
      }
    }
    StandaloneMaster master = new StandaloneMaster(url, environment, masters);
    if (masters.isEmpty()) {
      master.close();
      throw new BadInputException(
          ("What listens at %s does not answer as the master of a Spark %s: is it the port "
                  + "of the master, not of its web page, and its Spark of this version?")
              .formatted(url, org.apache.spark.package$.MODULE$.SPARK_VERSION()),
          silence);
    }
    return master;
  }

  private static List<RpcAddress> listening(String url) {
    List<RpcAddress> listening = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (String place : url.substring(SCHEME.length()).split(",")) {
      RpcAddress address;
      try {
        address = RpcAddress.fromSparkURL(SCHEME + place);
      } catch (Exception e) {
        // Scala declares no exceptions.
        throw new BadInputException(
            "Spark has no master '%s': write spark://HOST:PORT, as in spark://master:7077"
                .formatted(url),
            e);
      }
      try (Socket socket = new Socket()) {
        InetSocketAddress target = new InetSocketAddress(address.host(), address.port());
        if (target.isUnresolved()) {
          reasons.add("no machine is named " + address.host());
        } else {
          socket.connect(target, CONNECT_MILLIS);
          listening.add(address);
        }
      } catch (IOException e) {
        reasons.add(e.getMessage());
      }
    }
    if (listening.isEmpty()) {
      throw new BadInputException(
          "No master answers at %s (%s): is the cluster up, and is this its address?"
              .formatted(url, String.join("; ", reasons)));
    }
    return listening;
  }

  /**
   * Has a driver started on one of the workers.
   *
   * @return its name
   * @throws SparkException if no master takes it
   */
  String submit(DriverDescription driver) throws SparkException {
    String refusal = null;
    for (RpcEndpointRef master : masters) {
      DeployMessages.SubmitDriverResponse response =
          ask(
              master,
              new DeployMessages.RequestSubmitDriver(driver),
              DeployMessages.SubmitDriverResponse.class);
      if (response.success()) {
        return response.driverId().get();
      }
      refusal = response.message();
    }
    throw new SparkException("%s takes no driver: %s".formatted(url, refusal));
  }

  /** Takes a driver back. */
  void kill(String driver) {
    for (RpcEndpointRef master : masters) {
      ask(
          master,
          new DeployMessages.RequestKillDriver(driver),
          DeployMessages.KillDriverResponse.class);
    }
  }

  /** What the master that knows the driver says of it. */
  DeployMessages.DriverStatusResponse status(String driver) throws SparkException {
    String lost = "it is not known there";
    for (RpcEndpointRef master : masters) {
      try {
        DeployMessages.DriverStatusResponse response =
            ask(
                master,
                new DeployMessages.RequestDriverStatus(driver),
                DeployMessages.DriverStatusResponse.class);
        if (response.found()) {
          return response;
        }
      } catch (Exception e) {
        // As above.
        lost = ExceptionUtils.getRootCauseMessage(e);
      }
    }
    throw new SparkException("%s says nothing of %s: %s".formatted(url, driver, lost));
  }

  private static <T> T ask(RpcEndpointRef master, Object question, Class<T> answer) {
    ClassTag<T> tag = ClassTag$.MODULE$.apply(answer);
    RpcTimeout timeout =
        new RpcTimeout(
            new FiniteDuration(ANSWER_SECONDS, TimeUnit.SECONDS), "spark.rpc.askTimeout");
    return master.askSync(question, timeout, tag);
  }

  @Override
  public void close() {
    environment.shutdown();
    environment.awaitTermination();
  }
}
