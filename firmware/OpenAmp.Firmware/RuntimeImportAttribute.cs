// SPDX-License-Identifier: BSD-3-Clause

#pragma warning disable IDE0130 // The compiler knows it by this name.
namespace System.Runtime;

/// <summary>Says which symbol a method is, to be found by the linker.</summary>
/// <param name="library">Always "*": the image.</param>
/// <param name="entryPoint">The symbol.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimeImportAttribute(string library, string entryPoint) : Attribute
{
    public string Library => library;

    public string EntryPoint => entryPoint;
}
