/** The key, value and entry views of the maps: collections over any map that can walk through its entries. */
@NullMarked
package org.nr4j.kv.internal.views;

import org.jspecify.annotations.NullMarked;
