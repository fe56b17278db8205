/** Telling people: tables, charts and a self-contained HTML page; and other programs: arrays. */
package org.sscspark.report;
