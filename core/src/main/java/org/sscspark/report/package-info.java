/** Telling people: tables, charts and a self-contained HTML page. */
package org.sscspark.report;
