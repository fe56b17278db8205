/**
 * Which weights of a filter bank exist: kernel types, patterns, supports and their packed storage.
 */
package org.sscspark.pattern;
