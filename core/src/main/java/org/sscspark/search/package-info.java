/**
 * Search for good values of settings: spaces, strategies that decide what to try next, and what the
 * results say. A decision is a pure function of the seed and the history, so a search that was
 * interrupted is replayed, not guessed. Nothing is trained here.
 */
package org.sscspark.search;
