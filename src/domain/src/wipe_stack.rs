//! Wipes what functions that have returned left below the stack's end.
//!
//! Not here: what is still in use, which each secret's own type wipes, and the heap, which the programs' allocator does.

use zeroize::Zeroize as _;

/// Deeper than what anything here calls with a secret in hand, also where nothing is optimised.
const BYTES: usize = 128 * 1024;

/// To be called where a thread has done its work and waits: ciphers, hashes and moves leave copies of what they worked on.
/// The stack needs so much room.
#[inline(never)]
pub fn wipe_stack() {
    let mut below = [0_u8; BYTES];
    below.zeroize();
    std::hint::black_box(&below);
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_needs_no_more_room_than_a_thread_has() {
        std::thread::Builder::new()
            .stack_size(512 * 1024)
            .spawn(super::wipe_stack)
            .expect("a thread")
            .join()
            .expect("no overflow");
    }
}
