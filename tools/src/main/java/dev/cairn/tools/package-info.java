/** The command line {@code cairn}: one class per verb, data on stdout, everything else on stderr. */
@NullMarked
package dev.cairn.tools;

import org.jspecify.annotations.NullMarked;
