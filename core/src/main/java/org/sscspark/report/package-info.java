/** Telling people: progress, tables, plots and pages. */
package org.sscspark.report;
