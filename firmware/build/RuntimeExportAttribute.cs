// SPDX-License-Identifier: BSD-3-Clause

#pragma warning disable IDE0130 // The compiler knows it by this name.
namespace System.Runtime;

/// <summary>Gives a method a symbol that the start file can call.</summary>
/// <param name="entryPoint">The symbol.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimeExportAttribute(string entryPoint) : Attribute
{
    public string EntryPoint => entryPoint;
}
