// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;

namespace OpenAmp.Tool.Objects;

/// <summary>A thing of C# that firmware cannot do: how it shows in compiled code, and what to write instead.</summary>
/// <param name="Id">Its number, for searching.</param>
/// <param name="What">What the program does.</param>
/// <param name="Instead">What to do about it.</param>
/// <param name="Symbols">What compiled code refers to when it does; a star at the end stands for any ending.</param>
internal sealed record UnsupportedConstruct(string Id, string What, string Instead, params string[] Symbols)
{
    private static readonly UnsupportedConstruct[] All =
    [
        new(
            "OAF001",
            "an object is allocated ('new' of a class or an array, a struct used as an object or as an interface, a "
                + "lambda, 'params', text that is put together)",
            "there is no heap: use a struct, a static field, stackalloc, a span over constants, or a type argument "
                + "'where T : struct, ITheInterface'",
            "RhpNew*", "RhNew*"),
        new(
            "OAF002",
            "an exception is thrown or caught",
            "nothing unwinds the stack: return false or an error value, or call Panic for what must not happen",
            "RhpThrow*", "RhpRethrow*", "RhpCallCatchFunclet", "RhpCallFinallyFunclet", "RhThrow*"),
        new(
            "OAF003",
            "a struct is boxed: it is used as an object or as an interface",
            "make the method generic, 'where T : struct, ITheInterface', and pass the struct itself",
            "RhpBox*", "RhBox*", "RhUnbox*", "openamp_error_boxing"),
        new(
            "OAF004",
            "a method is called through an interface",
            "make the caller generic, 'where T : struct, ITheInterface': the call is direct then",
            "RhpInitialDynamicInterfaceDispatch", "RhpInterfaceDispatch*", "RhpCidResolve*",
            "RhpResolveInterfaceMethod*", "__InterfaceDispatchCell_*"),
        new(
            "OAF005",
            "a delegate is made",
            "use a function pointer, 'delegate*<...>' and '&Method', or a struct type argument",
            "openamp_error_delegate"),
        new(
            "OAF006",
            "a static field has a value that the compiler cannot work out, so it would be set when the program runs",
            "nobody runs static constructors: use a constant, a value that needs no call, "
            + "'static ReadOnlySpan<T> X => [...]' for a table, or set the field in the program's first lines",
            "openamp_error_static_constructor", "__GetNonGCStaticBase_*", "__GetGCStaticBase_*"),
        new(
            "OAF007",
            "an object is cast or its type is tested",
            "there are no objects to cast: use a struct with a field that tells the kind",
            "openamp_error_cast", "openamp_error_array_of_objects", "RhpStelemRef", "RhpLdelemaRef"),
        new(
            "OAF008",
            "float or double is used",
            "not every core has the instructions, and none has them for double: use whole numbers, scaled",
            "openamp_error_floating_point", "RhpLng2*", "RhpULng2*", "RhpDbl2*", "RhpFlt*", "RhpDblRem", "fmod*"),
        new(
            "OAF009",
            "something of the class library is used that firmware does not have",
            "firmware/corelib is all there is of it; docs/firmware.md lists it",
            "openamp_error_missing"),
        new(
            "OAF010",
            "a type or a method is asked for at run time",
            "there is no metadata in firmware: decide it at compile time, with type arguments",
            "openamp_error_reflection", "RhHandleAlloc*"),
        new(
            "OAF011",
            "a static field belongs to a thread",
            "there is one thread: leave [ThreadStatic] out",
            "RhpGetThreadStaticBase*", "RhpGetInlinedThreadStaticBase*", "__tls_get_addr", "__aeabi_read_tp"),
        new(
            "OAF012",
            "a reference to an object is stored",
            "there is no collector to tell and no object to refer to: keep a pointer or a struct",
            "RhpAssignRef*", "RhpCheckedAssignRef*", "RhpByRefAssignRef*", "openamp_error_object_reference_copy"),
        new(
            "OAF013",
            "a method of the operating system is called (DllImport, LibraryImport)",
            "for assembler and C of the firmware itself use RuntimeImport, as OpenAmp.Firmware does",
            "RhpPInvokeLazy*", "RhpResolvePInvoke*"),
    ];

    /// <summary>The construct that stands behind an undefined symbol.</summary>
    public static UnsupportedConstruct? Of(string symbol)
        => Array.Find(All, construct => construct.Symbols.Any(pattern => Matches(pattern, symbol)));

    /// <summary>The use of float and double, which shows in instructions and not in symbols.</summary>
    public static UnsupportedConstruct FloatingPoint => Of("openamp_error_floating_point")!;

    private static bool Matches(string pattern, string symbol) => pattern.EndsWith('*')
        ? symbol.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : symbol == pattern;
}
