"""Numba's compiler, without what is of no use to a function that compiled loops call.

Numba optimises such a function, and makes machine code of it that nobody runs: the loop links its
LLVM code, and optimises that again. `CalleeCompiler` leaves it at that code, and a loop compiles in
half the time. Numba's passes are public, and may be chosen for a function; its libraries of code
are not: `tests/kernels/test_callees.py` tells if they change.
"""

from typing import Any

from numba import _dynfunc  # type: ignore[attr-defined]
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler, _LowerResult
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering


class CalleeLibrary(JITCodeLibrary):
    """LLVM code to be linked into a caller's, and optimised and made machine code there."""

    def finalize(self) -> None:
        """Link the code that this one calls."""
        libraries: Any = self._linking_libraries
        for library in dict.fromkeys(libraries):
            self._reload_init.update(library._reload_init)
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        self._finalized = True


@register_pass(mutates_CFG=True, analysis_only=False)  # type: ignore[no-untyped-call]
class CalleeLowering(NativeLowering):
    """Lower a function to LLVM code, for callers to link."""

    _name = "callee_lowering"

    def run_pass(self, state: Any) -> bool:
        """Lower it; what stands for its machine code cannot be called."""
        new: Any = CalleeLibrary
        state.library = new(state.targetctx.codegen(), state.func_id.func_qualname)
        flags = state.flags = state.flags.copy()
        flags.no_compile = flags.no_cpython_wrapper = flags.no_cfunc_wrapper = True
        super().run_pass(state)  # type: ignore[no-untyped-call]
        library, lowered = state.library, state.cr
        described = lowered.fndesc
        library.finalize()
        entry = _dynfunc.make_function(
            described.lookup_module(), described.qualname, "", 0, lowered.env, (library,)
        )
        state.targetctx.insert_user_function(entry, described, [library])
        state.reload_init.extend(library._reload_init)
        state["cr"] = _LowerResult(described, lowered.call_helper, cfunc=entry, env=lowered.env)
        return True


class CalleeCompiler(Compiler):
    """Compiles what compiled loops inline."""

    def define_pipelines(self) -> Any:
        """Return Numba's own passes, with another to lower."""
        pipelines = super().define_pipelines()  # type: ignore[no-untyped-call]
        for manager in pipelines:
            manager.passes = [
                (CalleeLowering, what) if made is NativeLowering else (made, what)
                for made, what in manager.passes
            ]
            manager._finalized = False
            manager.finalize()
        return pipelines


class DisjointCompiler(Compiler):
    """Compiles a loop, none of whose arrays that it writes to overlaps with another.

    So LLVM need not read again, after each write, what it holds in registers.
    """

    def define_pipelines(self) -> Any:
        """Return Numba's own passes, for such arguments."""
        self.state.flags.noalias = True
        return super().define_pipelines()  # type: ignore[no-untyped-call]
