// For tests only, never shipped: wine before 9 has no bcryptprimitives.dll, whose one function Rust's standard library
// asks for random bytes. Every Windows has it.
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID, ULONG); // RtlGenRandom, of advapi32

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count) {
    while (count) {
        ULONG next = count > 0x10000 ? 0x10000 : (ULONG)count;
        if (!SystemFunction036(bytes, next)) return FALSE;
        bytes += next;
        count -= next;
    }
    return TRUE;
}
