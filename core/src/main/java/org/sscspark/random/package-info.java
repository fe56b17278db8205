/** Random numbers that depend on a seed, a purpose and coordinates, and on nothing else. */
package org.sscspark.random;
