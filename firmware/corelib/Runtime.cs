// SPDX-License-Identifier: BSD-3-Clause
// What ilc looks up by name for constructs that need a runtime. There is none here: each of these ends in a symbol that
// nobody defines, and firmware/build tells which construct it stands for. Without them ilc would either stop with an
// error about this library, or, for static constructors, compile the firmware and never run them.

using System.Runtime;
using System.Runtime.CompilerServices;

namespace System.Runtime
{
    internal static class TypeCast
    {
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_cast")]
        internal static extern object CheckCastAny(nint type, object value);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_cast")]
        internal static extern object CheckCastInterface(nint type, object value);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_cast")]
        internal static extern object CheckCastClass(nint type, object value);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_cast")]
        internal static extern object CheckCastClassSpecial(nint type, object value);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_cast")]
        internal static extern object IsInstanceOfAny(nint type, object value);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_cast")]
        internal static extern object IsInstanceOfInterface(nint type, object value);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_cast")]
        internal static extern object IsInstanceOfClass(nint type, object value);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_cast")]
        internal static extern bool IsInstanceOfException(nint type, object value);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_array_of_objects")]
        internal static extern void StelemRef(object array, nint index, object value);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_array_of_objects")]
        internal static extern ref object LdelemaRef(object array, nint index, nint type);
    }

    internal static class RuntimeExports
    {
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_boxing")]
        internal static extern object RhBox(nint type, ref byte value);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_boxing")]
        internal static extern ref byte RhUnbox2(nint type, object value);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_boxing")]
        internal static extern void RhUnboxNullable(ref byte destination, nint type, object value);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_boxing")]
        internal static extern void RhUnboxTypeTest(nint type, nint boxedType);
    }
}

namespace System.Runtime.CompilerServices
{
    internal struct StaticClassConstructionContext
    {
        public nint Constructor;
    }

    internal static class ClassConstructorRunner
    {
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_static_constructor")]
        private static extern nint CheckStaticClassConstructionReturnGCStaticBase(
            ref StaticClassConstructionContext context, object statics);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_static_constructor")]
        private static extern nint CheckStaticClassConstructionReturnNonGCStaticBase(
            ref StaticClassConstructionContext context, nint statics);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_static_constructor")]
        private static extern nint CheckStaticClassConstructionReturnThreadStaticBase(
            ref StaticClassConstructionContext context);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_static_constructor")]
        private static extern void CheckStaticClassConstruction(ref StaticClassConstructionContext context);
    }
}

namespace System.Runtime.InteropServices
{
    internal interface IDynamicInterfaceCastable
    {
        // Found by name; an object that answers for its interfaces at run time does not exist here.
        static nint GetDynamicInterfaceImplementation(object value, nint type, ushort slot) => 0;
    }
}

namespace Internal.Runtime.CompilerHelpers
{
    internal static class LdTokenHelpers
    {
        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_reflection")]
        private static extern System.RuntimeTypeHandle GetRuntimeTypeHandle(nint type);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_reflection")]
        private static extern System.RuntimeMethodHandle GetRuntimeMethodHandle(nint method);

        [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_reflection")]
        private static extern System.RuntimeFieldHandle GetRuntimeFieldHandle(nint field);
    }
}

namespace Internal.Runtime
{
    // The description of a type. ilc wants to know that it exists; nothing here looks into one.
    internal struct MethodTable
    {
    }
}
