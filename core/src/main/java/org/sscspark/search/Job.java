package org.sscspark.search;

/**
 * A trial is to be trained, from its start or from where it paused.
 *
 * @param trial from 0, in the order of their starts
 * @param epochs to how many complete epochs
 */
public record Job(int trial, Point point, int epochs) implements Event, Suggestion {}
