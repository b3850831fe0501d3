/**
 * One class, in a package of this name for a reason that the class tells. It has nothing to do with tests.
 */
@NullMarked
package dev.cairn.internal.jvm.junit;

import org.jspecify.annotations.NullMarked;
