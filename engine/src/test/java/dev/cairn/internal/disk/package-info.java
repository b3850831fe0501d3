/** Lets chosen file operations fail. */
package dev.cairn.internal.disk;
