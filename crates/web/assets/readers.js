(d=>{var w,on=(n,f)=>d.addEventListener(n,f),all=(s,f)=>d.querySelectorAll(s).forEach(f);
on('submit',e=>{var b=e.target.querySelector('[data-busy]');if(b)setTimeout(()=>{b.dataset.was=b.textContent;b.textContent=b.dataset.busy;b.disabled=!0})});
addEventListener('pageshow',()=>all('[data-was]',b=>{b.textContent=b.dataset.was;b.disabled=!1}));
on('click',e=>{var t=e.target,s=t.dataset,a=t.closest('a[data-large]');
if(a){e.preventDefault();a=a.dataset.large;d.cookie='lantai-large='+a+';path=/;samesite=lax;max-age='+a*31536e3;location.reload()}
if('print' in s)print();
if(s.copy){getSelection().selectAllChildren(d.getElementById(s.copy));if(d.execCommand('copy'))t.textContent='已复制'}});
all('[data-copy],[data-print]',b=>b.hidden=0);
on('input',e=>{var t=e.target,l=t.list,v=t.value;clearTimeout(w);
if(l&&v[1])w=setTimeout(()=>fetch('/suggest?q='+encodeURIComponent(v)).then(r=>r.json()).then(j=>{if(v==t.value){l.textContent='';j.items.map(i=>l.append(new Option(i.text)))}}).catch(_=>0),150)})
})(document)