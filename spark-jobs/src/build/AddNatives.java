import java.io.File;
import java.io.IOException;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Joins jars without compressing anything again: the native libraries are 350 MB of data, and to
 * deflate them at each build would take longer than everything else. Of entries with the same name
 * the first wins; two classes with the same name are an error. What Maven left in META-INF stays:
 * JavaCPP reads the versions of its libraries there.
 *
 * <p>Arguments: the jar to write, the jars to join; {@code JAR!FOLDER/} takes this folder of a jar.
 */
class AddNatives {
  public static void main(String[] args) throws IOException {
    File joined = new File(args[0]);
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(joined)) {
      Set<String> names = new HashSet<>();
      for (int i = 1; i < args.length; i++) {
        String[] parts = args[i].split("!", 2);
        append(new File(parts[0]), parts.length > 1 ? parts[1] : "", out, names);
      }
    }
    System.out.printf(Locale.ROOT, "[INFO] %s: %.1f MB%n", joined.getName(), joined.length() / 1e6);
  }

  private static void append(
      File jar, String folder, ZipArchiveOutputStream out, Set<String> names) throws IOException {
    try (ZipFile zip = new ZipFile(jar)) {
      Enumeration<ZipArchiveEntry> entries = zip.getEntriesInPhysicalOrder();
      while (entries.hasMoreElements()) {
        ZipArchiveEntry entry = entries.nextElement();
        if (!entry.getName().startsWith(folder) || isForBuilds(entry.getName())) {
          continue;
        }
        if (names.add(entry.getName())) {
          out.addRawArchiveEntry(entry, zip.getRawInputStream(entry));
        } else if (entry.getName().endsWith(".class")) {
          throw new IOException("Class twice in the job jar: " + entry.getName() + " of " + jar);
        }
      }
    }
  }

  /** Headers, module descriptors and hints for compilers that nobody runs on a job jar. */
  private static boolean isForBuilds(String name) {
    return name.startsWith("META-INF/native-image/")
        || name.endsWith("module-info.class")
        || name.contains("/include/")
        || name.contains("/lib/")
        || name.endsWith("/pom.xml");
  }
}
