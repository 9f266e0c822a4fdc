//! The tests of this crate run on the allocator itself, so that its use shows as it is in a program.

use std::alloc::System;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

#[global_allocator]
static ALLOCATOR: WipingAllocator<System> = WipingAllocator(System);

/// An allocator that looks at what comes back to it. It counts the bytes, and those of them that are not zero.
struct Inspector {
    freed: AtomicUsize,
    unwiped: AtomicUsize,
}

// SAFETY: passes everything on to the system's allocator, and only reads what comes back.
unsafe impl GlobalAlloc for Inspector {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller says.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block has this size, and the test wrote all of it.
        let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
        self.freed.fetch_add(bytes.len(), Ordering::Relaxed);
        self.unwiped.fetch_add(bytes.iter().filter(|byte| **byte != 0).count(), Ordering::Relaxed);
        // SAFETY: as the caller says.
        unsafe { System.dealloc(block, layout) }
    }
}

impl Inspector {
    const fn new() -> Self {
        Self { freed: AtomicUsize::new(0), unwiped: AtomicUsize::new(0) }
    }

    fn counts(&self) -> (usize, usize) {
        (self.freed.load(Ordering::Relaxed), self.unwiped.load(Ordering::Relaxed))
    }
}

/// Takes a block, fills it, moves it to a larger one, fills that, and frees it.
fn use_blocks(allocator: &impl GlobalAlloc, size: usize) {
    let layout = Layout::from_size_align(size, 16).expect("a layout");
    let larger = Layout::from_size_align(size * 2, 16).expect("a layout");
    // SAFETY: each block is used within its size, and freed with its own layout.
    unsafe {
        let block = allocator.alloc(layout);
        assert!(!block.is_null());
        block.write_bytes(0xa5, size);
        let block = allocator.realloc(block, layout, larger.size());
        assert!(!block.is_null());
        assert_eq!(block.add(size - 1).read(), 0xa5, "what was there moves along");
        block.write_bytes(0xa5, larger.size());
        allocator.dealloc(block, larger);
    }
}

#[test]
fn each_block_is_zeros_when_it_goes_back_also_when_it_is_moved() {
    for size in [1, 16, 100, 4_096, 1_000_000] {
        let plain = Inspector::new();
        use_blocks(&plain, size);
        assert_eq!(plain.counts(), (3 * size, 3 * size), "without it, everything is still there");
        let wiping = WipingAllocator(Inspector::new());
        use_blocks(&wiping, size);
        assert_eq!(wiping.0.counts(), (3 * size, 0), "{size}");
    }
}

#[test]
fn a_block_that_is_asked_for_zeroed_is_zeroed() {
    let layout = Layout::from_size_align(64, 8).expect("a layout");
    // SAFETY: used within its size, and freed with its own layout.
    unsafe {
        let block = ALLOCATOR.alloc_zeroed(layout);
        assert!(std::slice::from_raw_parts(block, 64).iter().all(|byte| *byte == 0));
        ALLOCATOR.dealloc(block, layout);
    }
}

/// The memory is read through `/proc/self/mem`: a program may not look at what it has freed.
#[cfg(target_os = "linux")]
#[test]
fn nothing_of_a_freed_vector_is_left_in_this_process() {
    use std::{
        fs::File,
        io::{Read as _, Seek as _, SeekFrom},
    };

    const SECRET: &[u8; 16] = b"leave no copy of";
    const COPIES: usize = 2_048;
    // Taken before: a new block could lie where the old one was.
    let mut bytes = vec![0; COPIES * SECRET.len()];
    let mut memory = File::open("/proc/self/mem").expect("the memory of this process");
    let mut copies_at = |address: usize| {
        memory.seek(SeekFrom::Start(address.try_into().expect("an address"))).expect("seeks");
        memory.read_exact(&mut bytes).expect("mapped");
        bytes.chunks_exact(SECRET.len()).filter(|chunk| *chunk == SECRET).count()
    };
    let secret = std::hint::black_box(SECRET.repeat(COPIES));
    // Holds the end of the heap, so that the memory stays with this process.
    let after = std::hint::black_box(vec![1_u8; 32]);
    let address = secret.as_ptr().addr();
    assert_eq!(copies_at(address), COPIES, "the search finds what is there");
    drop(secret);
    assert_eq!(copies_at(address), 0);
    drop(after);
}
