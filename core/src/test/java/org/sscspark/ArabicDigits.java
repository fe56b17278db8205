package org.sscspark;

import java.util.Locale;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs tests in a locale whose digits are not those of ASCII. */
public final class ArabicDigits implements BeforeEachCallback, AfterEachCallback {
  private final Locale before = Locale.getDefault();

  @Override
  public void beforeEach(ExtensionContext context) {
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Locale.setDefault(before);
  }
}
