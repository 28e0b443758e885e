// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using System.Text;

namespace OpenAmp.Linux;

/// <summary>struct rpmsg_endpoint_info: what the ioctls of control devices take. 40 bytes, in the machine's byte
/// order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct KernelRpmsgEndpointRequest
{
    internal const int NameBytes = 32;

    internal fixed byte Name[NameBytes];
    internal uint Source;
    internal uint Destination;

    /// <exception cref="ArgumentException">The name is empty, or longer than 31 bytes, or has a zero.</exception>
    internal static KernelRpmsgEndpointRequest Create(string name, uint source, uint destination)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        if (bytes.Length >= NameBytes || Array.IndexOf(bytes, (byte)0) >= 0)
        {
            throw new ArgumentException(
                $"Service name '{name}' has {bytes.Length} bytes in UTF-8; the kernel takes {NameBytes - 1} without a "
                + "zero byte.",
                nameof(name));
        }

        KernelRpmsgEndpointRequest request = default;
        bytes.CopyTo(new Span<byte>(request.Name, NameBytes));
        request.Source = source;
        request.Destination = destination;
        return request;
    }
}
