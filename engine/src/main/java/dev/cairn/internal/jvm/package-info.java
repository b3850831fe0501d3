/**
 * What Cairn asks of the virtual machine that it runs in, and how it gets it without command-line flags.
 *
 * <p>Only this package reaches into the JDK. It knows no other package of Cairn.
 */
@NullMarked
package dev.cairn.internal.jvm;

import org.jspecify.annotations.NullMarked;
