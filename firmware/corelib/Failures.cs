// SPDX-License-Identifier: BSD-3-Clause
// Where compiled code ends up when it may not go on. ilc looks these methods up by name.

using System.Diagnostics.CodeAnalysis;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace Internal.Runtime.CompilerHelpers;

/// <summary>What compiled code calls when a check fails. Each is two instructions in assembler, which put the cause
/// into a register and go on to <c>openamp_panic</c>: the return address still tells who failed.</summary>
internal static class ThrowHelpers
{
    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_fail_index")]
    internal static extern void ThrowIndexOutOfRangeException();

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_fail_index")]
    internal static extern void ThrowArgumentException();

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_fail_index")]
    internal static extern void ThrowArgumentOutOfRangeException();

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_fail_divide")]
    internal static extern void ThrowDivideByZeroException();

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_fail_overflow")]
    internal static extern void ThrowOverflowException();

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_fail_null")]
    internal static extern void ThrowNullReferenceException();

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_fail_other")]
    internal static extern void ThrowInvalidOperationException();

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_fail_other")]
    internal static extern void ThrowNotImplementedException();

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_fail_other")]
    internal static extern void ThrowPlatformNotSupportedException();

    // What follows is never called by firmware that links: ilc puts it where a body should be that it cannot compile,
    // for example because this library lacks what the body uses.
    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_missing")]
    internal static extern void ThrowInvalidProgramException(int id);

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_missing")]
    internal static extern void ThrowInvalidProgramExceptionWithArgument(int id, string text);

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_missing")]
    internal static extern void ThrowTypeLoadException(int id, string type, string assembly);

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_missing")]
    internal static extern void ThrowTypeLoadExceptionWithArgument(int id, string type, string assembly, string text);

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_missing")]
    internal static extern void ThrowMissingMethodException(int id, string method);

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_missing")]
    internal static extern void ThrowMissingFieldException(int id, string field);

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_missing")]
    internal static extern void ThrowFileNotFoundException(int id, string file);

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_missing")]
    internal static extern void ThrowBadImageFormatException(int id);

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_missing")]
    internal static extern void ThrowMarshalDirectiveException(int id);

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_missing")]
    internal static extern void ThrowAmbiguousMatchException(int id);

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_missing")]
    internal static extern void ThrowFeatureBodyRemoved();

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_missing")]
    internal static extern void ThrowBodyRemoved();

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_missing")]
    internal static extern void ThrowInstanceBodyRemoved();

    [DoesNotReturn, MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_missing")]
    internal static extern void ThrowUnavailableType();
}
