/** The engines by name, and the settings that choose one: above what they are and do. */
package org.sscspark.engine.choice;
