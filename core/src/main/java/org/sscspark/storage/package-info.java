/** Files and folders on any Hadoop file system that appear whole or not at all. */
package org.sscspark.storage;
