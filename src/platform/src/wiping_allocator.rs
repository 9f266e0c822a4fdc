//! An allocator that wipes what is freed. Keys and numbers also pass through buffers of libraries, which wipe nothing.
//!
//! Not here: the stack (`domain::wipe_stack`), and secrets' own types, which wipe themselves earlier.
#![expect(unsafe_code, reason = "an allocator's functions are unsafe; each says why it is sound")]

use std::alloc::{GlobalAlloc, Layout};

/// Overwrites each block with zeros before it goes back to the allocator inside.
///
/// ```no_run
/// #[global_allocator]
/// static ALLOCATOR: platform::WipingAllocator<std::alloc::System> = platform::WipingAllocator(std::alloc::System);
/// # fn main() {}
/// ```
#[derive(Debug)]
pub struct WipingAllocator<A>(pub A);

// SAFETY: every block comes from the allocator inside and goes back to it with the same layout. The bytes are only written
// while the block is still the caller's to give.
unsafe impl<A: GlobalAlloc> GlobalAlloc for WipingAllocator<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Self(inner) = self;
        // SAFETY: the caller keeps what `alloc` asks for.
        unsafe { inner.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let Self(inner) = self;
        // SAFETY: the caller keeps what `alloc_zeroed` asks for.
        unsafe { inner.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let Self(inner) = self;
        // SAFETY: the caller gives a block of this layout that nobody uses any more, so its bytes may be written.
        let bytes = unsafe {
            block.write_bytes(0, layout.size());
            std::slice::from_raw_parts(block, layout.size())
        };
        // A compiler leaves out writes that are followed by a free, unless something reads them.
        zeroize::optimization_barrier(bytes);
        // SAFETY: the caller keeps what `dealloc` asks for.
        unsafe { inner.dealloc(block, layout) }
    }

    // `realloc` is the trait's own: a new block, a copy, and a `dealloc` of the old block, which is wiped. The allocator
    // inside would move the block and leave the old bytes.
}

#[cfg(test)]
mod tests;
