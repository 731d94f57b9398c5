"""A PyTorch module on data: its parameters in a row, named, and its loss as PyTorch has it."""

import numpy as np
import pytest
import torch
from torch import nn

import descend
from descend import ModuleRisk

GENERATOR = torch.Generator().manual_seed(0)
X = torch.randn(30, 3, generator=GENERATOR)
Y = torch.randn(30, 2, generator=GENERATOR)


def network(*, dtype=torch.float64, bias=True):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4, bias=bias), nn.Tanh(), nn.Linear(4, 2)).to(dtype)


def pairs(*ends):
    """Return the data in batches that end at these rows."""
    starts = (0, *ends[:-1])
    return [(X[a:b].double(), Y[a:b].double()) for a, b in zip(starts, ends, strict=True)]


DATA = {
    "pair": (X.double(), Y.double()),
    "arrays": (X.double().numpy(), Y.double().numpy()),
    "float32": (X, Y),
    "batches": pairs(7, 20, 30),
    "two batches": pairs(10, 30),
    "loader": torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(X, Y), batch_size=8, shuffle=True
    ),
}


@pytest.mark.parametrize("data", DATA)
def test_values_gradients_and_products_are_pytorchs(data):
    module = network()
    risk = ModuleRisk(module, nn.MSELoss(), DATA[data])
    loss = nn.functional.mse_loss(module(X.double()), Y.double())
    parameters = list(module.parameters())
    slopes = torch.autograd.grad(loss, parameters, create_graph=True)
    g = torch.cat([s.ravel() for s in slopes])
    w = risk.start
    np.testing.assert_allclose(risk.value(w), loss.item(), rtol=1e-12)
    value, gradient = risk.value_and_gradient(w)
    np.testing.assert_allclose(value, loss.item(), rtol=1e-12)
    np.testing.assert_allclose(gradient, g.detach().numpy(), rtol=1e-9, atol=1e-12)
    v = np.random.default_rng(0).normal(size=w.size)
    bent = torch.autograd.grad(g @ torch.from_numpy(v), parameters)
    exact = torch.cat([s.ravel() for s in bent]).numpy()
    np.testing.assert_allclose(risk.hessian_product(w, v), exact, rtol=1e-9, atol=1e-12)
    assert risk.value(np.stack([w, 0 * w])).shape == (2,)


def test_batches_are_gone_through_once_an_evaluation():
    passes = []

    class Batches:
        def __iter__(self):
            passes.append(1)
            return iter(
                [(torch.ones(3, 2), torch.zeros(3, 1)), (torch.ones(1, 2), torch.ones(1, 1))]
            )

    risk = ModuleRisk(torch.nn.Linear(2, 1), torch.nn.MSELoss(), Batches())
    risk.value_and_gradient(risk.start)  # twice, to see whether it changes its mind
    for ask in (risk.value, risk.value_and_gradient, lambda w: risk.hessian_product(w, w)):
        passes.clear()
        ask(risk.start)
        assert len(passes) == 1


def test_names_say_which_parameter_is_where():
    risk = ModuleRisk(network(), nn.MSELoss(), (X, Y))
    assert len(risk.names) == risk.start.size == 3 * 4 + 4 + 4 * 2 + 2
    assert risk.names[:4] == ("0.weight[0,0]", "0.weight[0,1]", "0.weight[0,2]", "0.weight[1,0]")
    assert risk.names[-1] == "2.bias[1]"
    scale = nn.Module()
    scale.size = nn.Parameter(torch.tensor(2.0))
    scale.forward = lambda X: X * scale.size
    assert ModuleRisk(scale, nn.MSELoss(), (X, X)).names == ("size",)


def test_frozen_parameters_stay():
    module = network()
    module[0].weight.requires_grad_(False)
    risk = ModuleRisk(module, nn.MSELoss(), (X, Y))
    assert risk.names[0] == "0.bias[0]"
    assert risk.start.size == 4 + 4 * 2 + 2


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_step_is_pytorchs_and_is_written_back(dtype):
    module, twin = network(dtype=dtype), network(dtype=dtype)
    risk = ModuleRisk(module, nn.MSELoss(), (X.to(dtype), Y.to(dtype)))
    assert risk.start.dtype == torch.empty(0, dtype=dtype).numpy().dtype
    before = module[0].weight.clone()
    descent = descend.minimize(risk, risk.start, optimizer="adam", learning_rate=0.01, steps=5)
    assert torch.equal(module[0].weight, before)  # nothing is written unless asked for
    optimizer = torch.optim.Adam(twin.parameters(), lr=0.01)
    for _ in range(5):
        optimizer.zero_grad()
        nn.functional.mse_loss(twin(X.to(dtype)), Y.to(dtype)).backward()
        optimizer.step()
    risk.write(descent.x)
    tolerance = 1e-5 if dtype == torch.float32 else 1e-12
    for mine, theirs in zip(module.parameters(), twin.parameters(), strict=True):
        assert mine.dtype == dtype
        torch.testing.assert_close(mine, theirs, rtol=tolerance, atol=tolerance)
    assert descent.names == risk.names


def test_classes_and_untuned_descent():
    labels = (X[:, 0] > 0).long()
    module = network(dtype=torch.float32)
    risk = ModuleRisk(module, nn.CrossEntropyLoss(), (X, labels))
    assert descend.check_gradient(risk, risk.start.astype(float)).ok
    descent = descend.minimize(risk, risk.start.astype(float), steps=200)
    assert descent.fun < 0.01 < descent.values[0]
    risk.write(descent.x)
    assert torch.equal(module(X).argmax(dim=1), labels)


def test_a_batch_norm_counts_no_trials():
    module = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    risk = ModuleRisk(module, nn.MSELoss(), (X, Y))
    descend.minimize(risk, risk.start, steps=3)
    assert module[1].num_batches_tracked == 0


def test_dropout_is_told():
    module = nn.Sequential(nn.Linear(3, 20), nn.Dropout(0.5), nn.Linear(20, 2))
    risk = ModuleRisk(module, nn.MSELoss(), (X, Y))
    with pytest.warns(UserWarning, match=r"Sequential \(call its eval\(\)\?\) changes its mind"):
        risk.value_and_gradient(risk.start)
    module.eval()
    ModuleRisk(module, nn.MSELoss(), (X, Y)).value_and_gradient(risk.start)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((len, nn.MSELoss(), (X, Y)), "is no torch.nn.Module"),
        ((nn.Linear(3, 2), "mse", (X, Y)), "loss='mse' is no function"),
        ((nn.Tanh(), nn.MSELoss(), (X, Y)), "no parameters to train"),
        (
            (nn.Linear(3, 2, dtype=torch.complex64), nn.MSELoss(), (X, Y)),
            "the parameter 'weight' is complex",
        ),
        ((nn.Linear(3, 2), nn.MSELoss(), X), r"each batch must be a pair \(X, y\), not Tensor"),
        ((nn.Linear(3, 2), nn.MSELoss(), 3), "data=int is neither"),
        ((nn.Linear(3, 2), nn.MSELoss(), (X, Y[:5])), "X has 30 rows and y has 5"),
        ((nn.Linear(3, 2), nn.MSELoss(), iter([(X, Y)])), "only once"),
        ((nn.Linear(3, 2), nn.MSELoss(), [X]), "not Tensor"),
        ((nn.Linear(3, 2), nn.MSELoss(), []), "no batches"),
        ((nn.Linear(3, 2), nn.MSELoss(reduction="none"), (X, Y)), r"shape \(30, 2\), not a number"),
    ],
)
def test_refuses_in_one_line(arguments, why):
    with pytest.raises(ValueError, match=why) as refusal:
        ModuleRisk(*arguments).value_and_gradient(np.zeros(8))
    assert "\n" not in str(refusal.value)


def test_a_point_of_another_size_is_refused():
    risk = ModuleRisk(nn.Linear(3, 2), nn.MSELoss(), (X, Y))
    with pytest.raises(ValueError, match=r"8 parameters, but the point has the shape \(7,\)"):
        risk.write(np.zeros(7))
