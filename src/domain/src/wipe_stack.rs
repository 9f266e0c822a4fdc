//! Wipes what returned functions left below the end of the stack: ciphers, hashes and moves leave copies there.
//!
//! Each secret's own type wipes what is still in use. The programs' allocator wipes the heap.

use zeroize::Zeroize as _;

/// The bytes that one call wipes. No function here that holds a secret reaches deeper, even in an unoptimised build.
const BYTES: usize = 128 * 1024;

/// Overwrites 128 KiB of the stack below the caller with zeros. Call it where a thread has finished its work and waits.
/// The thread's stack needs that much room.
#[inline(never)]
pub fn wipe_stack() {
    let mut below = [0_u8; BYTES];
    below.zeroize();
    std::hint::black_box(&below);
}

#[cfg(test)]
mod tests;
