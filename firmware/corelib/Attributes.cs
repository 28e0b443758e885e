// SPDX-License-Identifier: BSD-3-Clause
// Attributes that compilers write or read. They hold nothing: no program can look at them.

namespace System
{
    public enum AttributeTargets
    {
        Assembly = 1,
        Module = 2,
        Class = 4,
        Struct = 8,
        Enum = 16,
        Constructor = 32,
        Method = 64,
        Property = 128,
        Field = 256,
        Event = 512,
        Interface = 1024,
        Parameter = 2048,
        Delegate = 4096,
        ReturnValue = 8192,
        GenericParameter = 16384,
        All = 32767,
    }

    public abstract class Attribute
    {
    }

    public sealed class AttributeUsageAttribute(AttributeTargets validOn) : Attribute
    {
        public AttributeTargets ValidOn => validOn;

        public bool AllowMultiple { get; set; }

        public bool Inherited { get; set; }
    }

    public sealed class FlagsAttribute : Attribute
    {
    }

    public sealed class ObsoleteAttribute : Attribute
    {
    }

    public sealed class ParamArrayAttribute : Attribute
    {
    }
}

namespace System.Reflection
{
    public sealed class DefaultMemberAttribute(string memberName) : Attribute
    {
        public string MemberName => memberName;
    }
}

namespace System.Diagnostics.CodeAnalysis
{
    public sealed class UnscopedRefAttribute : Attribute
    {
    }

    public sealed class DoesNotReturnAttribute : Attribute
    {
    }
}

namespace System.Runtime
{
    // Matched by name: an assembly of a firmware declares its own, since the reference assemblies have none.
    internal sealed class RuntimeExportAttribute(string entry) : Attribute
    {
        public string EntryPoint => entry;
    }

    internal sealed class RuntimeImportAttribute(string library, string entry) : Attribute
    {
        public string DllName => library;

        public string EntryPoint => entry;
    }
}

namespace System.Runtime.CompilerServices
{
    public static class RuntimeFeature
    {
        public const string ByRefFields = nameof(ByRefFields);
        public const string ByRefLikeGenerics = nameof(ByRefLikeGenerics);
        public const string CovariantReturnsOfClasses = nameof(CovariantReturnsOfClasses);
        public const string DefaultImplementationsOfInterfaces = nameof(DefaultImplementationsOfInterfaces);
        public const string NumericIntPtr = nameof(NumericIntPtr);
        public const string UnmanagedSignatureCallingConvention = nameof(UnmanagedSignatureCallingConvention);
        public const string VirtualStaticsInInterfaces = nameof(VirtualStaticsInInterfaces);
    }

    public enum MethodImplOptions
    {
        NoInlining = 8,
        AggressiveInlining = 256,
        InternalCall = 4096,
    }

    public sealed class MethodImplAttribute(MethodImplOptions options) : Attribute
    {
        public MethodImplOptions Value => options;
    }

    public sealed class CompilerGeneratedAttribute : Attribute
    {
    }

    public sealed class CompilerFeatureRequiredAttribute(string featureName) : Attribute
    {
        public string FeatureName => featureName;
    }

    public sealed class ExtensionAttribute : Attribute
    {
    }

    public sealed class FixedBufferAttribute(Type elementType, int length) : Attribute
    {
        public Type ElementType => elementType;

        public int Length => length;
    }

    public sealed class InlineArrayAttribute(int length) : Attribute
    {
        public int Length => length;
    }

    public sealed class IntrinsicAttribute : Attribute
    {
    }

    public sealed class IsByRefLikeAttribute : Attribute
    {
    }

    public sealed class IsReadOnlyAttribute : Attribute
    {
    }

    public sealed class IsUnmanagedAttribute : Attribute
    {
    }

    public sealed class RefSafetyRulesAttribute(int version) : Attribute
    {
        public int Version => version;
    }

    public sealed class ScopedRefAttribute : Attribute
    {
    }

    public sealed class SkipLocalsInitAttribute : Attribute
    {
    }

    public sealed class UnsafeValueTypeAttribute : Attribute
    {
    }

    [AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
    public sealed class TypeForwardedToAttribute(Type destination) : Attribute
    {
        public Type Destination => destination;
    }

    public static class IsVolatile
    {
    }

    public static class IsExternalInit
    {
    }

    // Modifiers of function pointers that are called as C does.
    public class CallConvCdecl
    {
    }

    public class CallConvSuppressGCTransition
    {
    }
}

namespace System.Runtime.InteropServices
{
    public sealed class InAttribute : Attribute
    {
    }

    public sealed class OutAttribute : Attribute
    {
    }

    public enum UnmanagedType
    {
        Bool = 2,
    }

    public enum LayoutKind
    {
        Sequential = 0,
        Explicit = 2,
        Auto = 3,
    }

    public sealed class StructLayoutAttribute(LayoutKind layoutKind) : Attribute
    {
        public int Pack;
        public int Size;

        public LayoutKind Value => layoutKind;
    }

    public sealed class FieldOffsetAttribute(int offset) : Attribute
    {
        public int Value => offset;
    }

    public sealed class UnmanagedCallersOnlyAttribute : Attribute
    {
        public Type[]? CallConvs;
        public string? EntryPoint;
    }
}
