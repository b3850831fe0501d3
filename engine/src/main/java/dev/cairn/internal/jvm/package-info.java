/**
 * What Cairn asks of the virtual machine that it runs in, and how it gets it without command-line flags.
 *
 * <p>Only this package reaches into the JDK. Of Cairn it knows the exception family alone.
 */
@NullMarked
package dev.cairn.internal.jvm;

import org.jspecify.annotations.NullMarked;
