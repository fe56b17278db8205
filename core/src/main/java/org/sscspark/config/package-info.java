/** Settings: HOCON bound to records, unknown keys refused, and the exception for bad input. */
package org.sscspark.config;
