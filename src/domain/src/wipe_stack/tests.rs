//! The stack's memory is read through `/proc/self/mem`, which needs no unsafe code.

#[test]
fn it_fits_into_a_stack_of_512_kib() {
    std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(super::wipe_stack)
        .expect("a thread")
        .join()
        .expect("no overflow");
}

#[cfg(target_os = "linux")]
mod memory {
    use std::{
        fs::File,
        io::{Read as _, Seek as _, SeekFrom},
        ops::Range,
    };

    use super::super::{BYTES, wipe_stack};

    const SECRET: &[u8; 16] = b"leave no copy of";

    /// Nearly as deep as `wipe_stack` promises to reach.
    const DEEP: usize = BYTES - 8 * 1024;

    #[test]
    fn nothing_that_a_returned_function_left_is_still_there() {
        assert!(copies_in(&leave_copies()) > DEEP / SECRET.len() / 2, "the search finds what is there");
        let left = leave_copies();
        wipe_stack();
        assert_eq!(copies_in(&left), 0);
    }

    /// Fills its own frame with copies of the secret, and returns the addresses of that memory.
    #[inline(never)]
    fn leave_copies() -> Range<usize> {
        let mut frame = [0_u8; DEEP];
        for copy in frame.chunks_exact_mut(SECRET.len()) {
            copy.copy_from_slice(SECRET);
        }
        let first = std::hint::black_box(&frame).as_ptr().addr();
        first..first + DEEP
    }

    /// Counts the copies. Its own calls overwrite a few kilobytes at the top.
    fn copies_in(addresses: &Range<usize>) -> usize {
        let mut memory = File::open("/proc/self/mem").expect("the memory of this process");
        memory.seek(SeekFrom::Start(addresses.start.try_into().expect("an address"))).expect("seeks");
        let mut bytes = vec![0; addresses.len()];
        memory.read_exact(&mut bytes).expect("a mapped stack");
        bytes.chunks_exact(SECRET.len()).filter(|chunk| *chunk == SECRET).count()
    }
}
